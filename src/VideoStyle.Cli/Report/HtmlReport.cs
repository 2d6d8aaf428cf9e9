using VideoStyle.Core.Metrics;

namespace VideoStyle.Cli.Report;

internal static class HtmlReport
{
    public static void Write(Stream stream, MeasureResult result) => stream.WriteByte((byte)result.Report.V);
}
