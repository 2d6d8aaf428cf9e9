namespace VideoStyle.Training;

/// <summary>The motion that the temporal loss uses.</summary>
public enum MotionSource
{
    /// <summary>Random motion, known exactly; photos are enough.</summary>
    Synthetic,

    /// <summary>Neighbouring frames, with estimated flow and occlusions (Huang et al., 2017; Ruder, Dosovitskiy and Brox, 2018); synthetic where the content is a photo.</summary>
    Video,
}
