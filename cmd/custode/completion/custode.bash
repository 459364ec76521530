# custode for bash: words, options and their values. The program itself knows them.
_custode() {
	local w glue='' dir='' reply cur
	local -a given=()
	# bash takes --lang=it apart: put it together again.
	for w in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
		if [[ $w == '=' && ${#given[@]} -gt 0 ]]; then
			given[${#given[@]}-1]+='='
			glue=1
		elif [[ -n $glue ]]; then
			given[${#given[@]}-1]+=$w
			glue=''
		else
			given+=("$w")
		fi
	done
	cur=${given[${#given[@]}-1]}
	given[${#given[@]}-1]="=$cur"
	COMPREPLY=()
	compopt +o default 2>/dev/null
	while IFS=$'\t' read -r reply _; do
		case $reply in
		:files) compopt -o default 2>/dev/null ;;
		*)
			[[ $cur == -*=* ]] && reply=${reply#*=}
			COMPREPLY+=("$reply")
			;;
		esac
	done < <("${COMP_WORDS[0]}" complete -- "${given[@]}" 2>/dev/null)
}
complete -o default -F _custode custode
