namespace VideoStyle.Core.Stylizers;

/// <summary>What a stylizer measured of a whole frame, with which it stylizes regions of other frames of the same shot.</summary>
/// <remarks>Immutable once the stylized frame is returned, and valid after that frame is disposed.</remarks>
public abstract class StylizerState;
