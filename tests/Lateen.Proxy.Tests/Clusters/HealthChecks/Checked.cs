namespace Lateen.Proxy.Tests.Clusters.HealthChecks;

using System.Collections.Frozen;
using Lateen.Testing;

/// <summary>An upstream that tells checks from traffic and answers each as told.</summary>
internal sealed class Checked
{
    private readonly HashSet<TestUpstreamConnection> _checks = [];

    public Checked(TestUpstream upstream)
    {
        Upstream = upstream;
        upstream.Answer = Answer;
    }

    public TestUpstream Upstream { get; }

    /// <summary>0 answers nothing.</summary>
    public int Status { get; set; } = 200;

    public string Header { get; set; } = "x: y";

    public string Body { get; set; } = "";

    public int TrafficStatus { get; set; } = 200;

    public string TrafficHeader { get; set; } = "x: y";

    public int Checks { get; private set; }

    public int Traffic { get; private set; }

    public string FirstLine { get; private set; } = "";

    public string UserAgent { get; private set; } = "";

    public bool IsCheck(TestUpstreamConnection connection) => _checks.Contains(connection);

    private string? Answer(TestRequest request)
    {
        if (request.Path != "/ready")
        {
            Traffic++;
            return TestUpstream.Response(TrafficStatus, "", TrafficHeader);
        }

        Checks++;
        _checks.Add(request.Connection);
        FirstLine = $"{request.Method} {request.Path} HTTP/1.1";
        UserAgent = request.Header("user-agent") ?? "";
        return Status == 0 ? null : TestUpstream.Response(Status, Body, Header);
    }
}

internal static class Freezing
{
    public static FrozenDictionary<string, T> ToFrozen<T>(this Dictionary<string, T> values) =>
        values.ToFrozenDictionary(StringComparer.Ordinal);
}
