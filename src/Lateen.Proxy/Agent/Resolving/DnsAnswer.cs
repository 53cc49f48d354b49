namespace Lateen.Proxy.Agent.Resolving;

using System.Net;

/// <summary>What the mesh knows about a name; <paramref name="Canonical"/> is set when the question had a search domain added.</summary>
public sealed record DnsAnswer(IReadOnlyList<IPAddress> Addresses, string Canonical);
