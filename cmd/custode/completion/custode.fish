# custode for fish: words, options and their values. The program itself knows them.
function __custode_complete
    set -l given (commandline -opc)
    set -l cur (commandline -ct)
    for line in ($given[1] complete -- $given[2..-1] "=$cur" 2>/dev/null)
        if test "$line" = :files
            if string match -qr '^-[^=]*=' -- $cur
                set -l flag (string replace -r '=.*' '=' -- $cur)
                for f in (__fish_complete_path (string replace -r '^[^=]*=' '' -- $cur))
                    echo $flag$f
                end
            else
                __fish_complete_path $cur
            end
        else
            echo $line
        end
    end
end
complete -c custode -f -a '(__custode_complete)'
