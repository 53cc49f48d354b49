namespace Lateen.Proxy.Agent.Resolving;

using System.Net;

/// <summary>A name that the mesh knows, as the control plane sent it (NameTable).</summary>
public sealed record DnsHost(string Name, IReadOnlyList<IPAddress> Addresses)
{
    /// <summary>Set for Kubernetes Services: their names may be shortened.</summary>
    public string ShortName { get; init; } = "";

    public string Namespace { get; init; } = "";
}
