#compdef custode
# custode for zsh: words, options and their values. The program itself knows them.
_custode() {
	local line reply files=''
	local -a given found
	given=("${(@)words[2,CURRENT-1]}" "=${words[CURRENT]}")
	for line in "${(@f)$("${words[1]}" complete -- "${given[@]}" 2>/dev/null)}"; do
		reply=${line%%$'\t'*}
		case $reply in
		'') ;;
		:files) files=1 ;;
		*) found+=("${reply//:/\\:}:${line#*$'\t'}") ;;
		esac
	done
	(( ${#found} )) && _describe custode found
	if [[ -n $files ]]; then
		compset -P '-*='
		_files
	fi
}
if [[ $funcstack[1] == _custode ]]; then
	_custode "$@"
else
	compdef _custode custode
fi
