namespace Lateen.Simulation.Tests.Harness;

using Lateen.Engine.Simulation;

/// <summary>The network's virtual time, for the control plane. Nothing here waits on timers.</summary>
internal sealed class SimulatedClock(SimulatedNetwork network) : TimeProvider
{
    public override long TimestampFrequency => 1_000_000;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMicroseconds(network.UnixMicros);

    public override long GetTimestamp() => network.NowMicros;
}
