namespace VideoStyle.Watch;

/// <summary>What is to be made of a file.</summary>
/// <param name="Styles">The styles; none where the file is to be left alone.</param>
/// <param name="Options">The other options.</param>
/// <param name="IsPreset">Whether a preset decided it, rather than the watcher's own options.</param>
/// <param name="Problem">Why the preset cannot be used, one sentence, or null.</param>
internal sealed record PresetChoice(IReadOnlyList<string> Styles, StylerOptions Options, bool IsPreset, string? Problem = null);
