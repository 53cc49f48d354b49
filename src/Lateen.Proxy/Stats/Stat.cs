namespace Lateen.Proxy.Stats;

/// <summary>A registered statistic: its name and its <see cref="Counter"/>, <see cref="Gauge"/> or <see cref="Histogram"/>.</summary>
internal sealed record Stat(StatName Name, object Value);
