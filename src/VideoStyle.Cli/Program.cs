using VideoStyle.Cli;
using VideoStyle.Cli.Output;

PrintableWriter.Install();
return await CommandLine.RunAsync(args).ConfigureAwait(false);
