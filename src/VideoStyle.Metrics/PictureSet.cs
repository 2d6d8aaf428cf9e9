namespace VideoStyle.Metrics;

/// <summary>The frames of all clips at one moment; the source's stands first.</summary>
internal sealed class PictureSet(int clips, int width, int height)
{
    public long Index { get; set; }

    /// <summary>Gets or sets the time after the source's first frame, in seconds.</summary>
    public double Seconds { get; set; }

    /// <summary>Gets or sets the number of the shot, from 0.</summary>
    public int Shot { get; set; }

    public Picture[] Pictures { get; } = [.. Enumerable.Range(0, clips).Select(_ => new Picture(width, height))];

    public Picture Source => Pictures[0];

    public IReadOnlyList<PictureView> Views => [.. Pictures.Select(picture => picture.View)];
}
