namespace Lateen.Control.Registry;

/// <summary>What a change of the registry touches.</summary>
[Flags]
internal enum RegistryChange
{
    None = 0,

    /// <summary>Who is behind the services.</summary>
    Endpoints = 1,

    /// <summary>WorkloadEntries, and so endpoints.</summary>
    Entries = 2,

    Services = 4,

    Everything = 7,
}
