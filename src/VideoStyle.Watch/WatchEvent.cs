namespace VideoStyle.Watch;

/// <summary>Something that happened, for the log.</summary>
/// <param name="Type"><c>queued started done failed quarantined cancelled returned waiting resumed warning note</c>.</param>
/// <param name="Job">The job it happened to, or null.</param>
/// <param name="Message">What is worth saying, or null.</param>
internal sealed record WatchEvent(string Type, Job? Job = null, string? Message = null);
