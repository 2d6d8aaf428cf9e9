namespace VideoStyle;

/// <summary>A contact sheet of a conversion that has not been made.</summary>
/// <param name="Sheet">The path of the sheet, a PNG.</param>
/// <param name="PredictedTime">How long the conversion takes, or null where the length of the input is not known.</param>
public sealed record PreviewResult(string Sheet, TimeSpan? PredictedTime);
