namespace Lateen.Proxy.Http;

using Lateen.Proxy.Config;
using Lateen.Proxy.Stats;

/// <summary>What a filter may know of its surroundings when it is created.</summary>
public sealed record FilterContext(StatsStore Stats, string StatPrefix, TrafficDirection Direction);
