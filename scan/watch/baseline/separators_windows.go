package baseline

const separators = `\/`
