namespace Lateen.Simulation.Tests.Harness;

using Lateen.Testing;

/// <summary>A call on its way.</summary>
internal sealed record PendingCall(TestClient Client, TestCall Call, long StartedMicros, Dictionary<TestUpstream, int> Before);
