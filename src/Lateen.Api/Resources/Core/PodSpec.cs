namespace Lateen.Api.Resources.Core;

using Lateen.Api.Names;

/// <summary>Containers, account and node of a pod.</summary>
public sealed record PodSpec
{
    public string ServiceAccountName { get; init; } = "";

    public string NodeName { get; init; } = "";

    public string Hostname { get; init; } = "";

    public string Subdomain { get; init; } = "";

    public bool HostNetwork { get; init; }

    public ValueList<Container> Containers { get; init; } = [];

    public ValueList<Container> InitContainers { get; init; } = [];
}
