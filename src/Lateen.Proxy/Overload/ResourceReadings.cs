namespace Lateen.Proxy.Overload;

/// <summary>Where the overload manager looks; plain functions, so that a test can let a resource run short.</summary>
public sealed record ResourceReadings
{
    public required Func<long> ResidentBytes { get; init; }

    /// <summary>The container's memory limit; 0 when it has none.</summary>
    public required Func<long> CgroupLimitBytes { get; init; }

    public required Func<long> OpenDescriptors { get; init; }

    /// <summary>0 when it cannot be told.</summary>
    public required Func<long> DescriptorLimit { get; init; }
}
