namespace Lateen.Proxy.Clusters;

using System.Net;

/// <summary>The addresses of a name, and how long they are good for when the resolver can tell.</summary>
public sealed record ResolvedName(IReadOnlyList<IPAddress> Addresses, TimeSpan? TimeToLive = null);
