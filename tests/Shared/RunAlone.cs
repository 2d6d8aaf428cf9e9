using Xunit;

namespace VideoStyle.Tests;

/// <summary>
/// Tests that run while no other does: libtorch has one random generator and one number of threads for the whole process,
/// and sums come out different in the last bit where another test changes the latter.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunAlone
{
    public const string Name = "alone";
}
