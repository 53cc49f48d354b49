namespace Lateen.Proxy.Tests.Stats;

/// <summary>Tests that measure the memory of the whole process: nothing else may run meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryCollection
{
    public const string Name = "memory of the process";
}
