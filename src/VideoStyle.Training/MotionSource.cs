namespace VideoStyle.Training;

/// <summary>Where the motion comes from that steadiness is learnt on.</summary>
public enum MotionSource
{
    /// <summary>Drawn at random and known exactly; photos are enough.</summary>
    Synthetic,

    /// <summary>Neighbouring frames, with flow and occlusions estimated (Huang et al., 2017; Ruder, Dosovitskiy and Brox, 2018); synthetic where the content is a photo.</summary>
    Video,
}
