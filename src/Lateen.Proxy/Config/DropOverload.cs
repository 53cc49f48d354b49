namespace Lateen.Proxy.Config;

/// <summary>A share of requests that the control plane wants dropped (policy.drop_overloads).</summary>
public sealed record DropOverload(string Category, FractionalShare Share);
