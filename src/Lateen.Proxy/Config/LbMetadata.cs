namespace Lateen.Proxy.Config;

/// <summary>One entry of a host's metadata for the filter envoy.lb.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Value">Its value in one way of writing, so that equal values are equal strings.</param>
/// <param name="Elements">The values of a list, for clusters that take a list as any of them.</param>
public sealed record LbMetadata(string Key, string Value, IReadOnlyList<string> Elements);
