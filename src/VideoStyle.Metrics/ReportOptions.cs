using VideoStyle.Core.Options;

namespace VideoStyle.Metrics;

/// <summary>The files that a measurement writes. They appear under their names only when they are complete.</summary>
public sealed record ReportOptions
{
    /// <summary>Gets the file for the values of every frame, as comma-separated values, or null.</summary>
    [Option("csv", "Write the values of every frame.", ValueName = "FILE")]
    public string? CsvFile { get; init; }

    /// <summary>Gets the folder for a page with curves and images (<see cref="Reports.HtmlReport.PageName"/>), or null; it is created.</summary>
    [Option("report", "Write a page with curves and the worst pairs as images.", ValueName = "DIR")]
    public string? PageFolder { get; init; }

    /// <summary>Gets whether existing files are replaced; false by default.</summary>
    [Option("force", "Replace existing files.", Aliases = ["f"], PerRun = true)]
    public bool Overwrite { get; init; }
}
