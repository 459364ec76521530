# custode for PowerShell: words, options and their values. The program itself knows them.
Register-ArgumentCompleter -Native -CommandName custode, custode.exe -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or ($_.Extent.EndOffset -eq $cursorPosition -and $wordToComplete -eq '') } | ForEach-Object { $_.ToString() })
    $given = @($words | Select-Object -Skip 1) + "=$wordToComplete"
    & $words[0] complete -- @given 2>$null | ForEach-Object {
        $reply, $what = $_ -split "`t", 2
        if ($reply -eq ':files') {
            [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete)
        } else {
            if (-not $what) { $what = $reply }
            [System.Management.Automation.CompletionResult]::new($reply, $reply, 'ParameterValue', $what)
        }
    }
}
