namespace Lateen.Simulation.Tests.Harness;

using Lateen.Testing;

/// <summary>What a call did.</summary>
/// <param name="Response">What the caller got.</param>
/// <param name="Elapsed">Virtual time between the call and its answer.</param>
/// <param name="Seen">The requests that reached applications meanwhile, in order for each application.</param>
internal sealed record CallResult(TestResponse Response, TimeSpan Elapsed, IReadOnlyList<TestRequest> Seen)
{
    public int Status => Response.Status;

    public string Body => Response.Body;

    /// <summary>The workload that answered; empty when a proxy did.</summary>
    public string Workload => Response.Header(SimulatedPod.WorkloadHeader) ?? "";

    public int Attempts => Seen.Count;

    /// <summary>A response header.</summary>
    public string? Header(string name) => Response.Header(name);

    /// <summary>A header of the last request that an application saw.</summary>
    public string? SeenHeader(string name) => Seen[^1].Header(name);
}
