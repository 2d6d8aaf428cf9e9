using VideoStyle.Cli.Converting;

namespace VideoStyle.Cli.Output;

/// <summary>Picks how a conversion is reported.</summary>
internal static class Reporters
{
    /// <summary>JSON events when asked for, a bar on a terminal, plain lines elsewhere.</summary>
    public static IConversionReporter For(bool json, bool benchmark) =>
        json ? new JsonReporter()
        : Console.IsErrorRedirected ? new PlainReporter(benchmark)
        : new BarReporter(benchmark);
}
