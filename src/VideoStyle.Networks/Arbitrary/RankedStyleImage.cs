namespace VideoStyle.Networks.Arbitrary;

/// <summary>An image of a collection, ranked for one shot.</summary>
/// <param name="Path">The file.</param>
/// <param name="Weight">Its weight among the shot's styles; 0 for one that is not used.</param>
/// <param name="Similarity">Cosine similarity, from −1 to 1.</param>
/// <param name="SimilarIn">The features that are most similar: colour and light, fine texture, texture or shapes.</param>
public sealed record RankedStyleImage(string Path, double Weight, double Similarity, string SimilarIn);
