namespace VideoStyle.Live;

/// <summary>Something that happened while painting live.</summary>
/// <param name="Type"><c>source</c>, <c>output</c>, <c>level</c>, <c>note</c> or <c>warning</c>.</param>
/// <param name="Message">One sentence, without secrets.</param>
internal sealed record LiveEvent(string Type, string Message);
