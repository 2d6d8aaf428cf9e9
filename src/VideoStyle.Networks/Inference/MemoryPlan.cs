namespace VideoStyle.Networks.Inference;

/// <summary>How frames of one size are stylized.</summary>
/// <param name="Parallel">The number of frames at a time, at least 1.</param>
/// <param name="RowTiles">The number of row tiles of each layer; 1 for whole frames.</param>
internal readonly record struct MemoryPlan(int Parallel, int RowTiles);
