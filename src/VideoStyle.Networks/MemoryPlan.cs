namespace VideoStyle.Networks;

/// <summary>How pictures of one size are painted.</summary>
/// <param name="Parallel">How many side by side, at least 1.</param>
/// <param name="Strips">In how many strips each layer of a picture is computed; 1 for in one piece.</param>
internal readonly record struct MemoryPlan(int Parallel, int Strips);
