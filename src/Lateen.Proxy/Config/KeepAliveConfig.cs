namespace Lateen.Proxy.Config;

/// <summary>TCP keep-alive towards hosts; 0 leaves a number to the kernel.</summary>
public sealed record KeepAliveConfig(int IdleSeconds, int IntervalSeconds, int Probes);
