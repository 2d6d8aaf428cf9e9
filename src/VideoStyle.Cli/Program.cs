using VideoStyle.Cli;

return await CommandLine.RunAsync(args).ConfigureAwait(false);
