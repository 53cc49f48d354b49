namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;
using Lateen.Testing;

/// <summary>Timeouts, retries and faults: what a call costs in virtual time and in attempts.</summary>
public sealed class ResilienceTests
{
    private const string Ratings = "GET http://ratings:9080/ratings/0";

    [Fact]
    public void A_timeout_ends_a_slow_call_with_504_UT()
    {
        using Mesh mesh = WithRule("{timeout: 500ms, ROUTE}");
        mesh.Pod("ratings").App.Answer = _ => null;

        CallResult call = mesh.Call("reviews-v2", Ratings);

        Assert.Equal((504, "upstream request timeout", TimeSpan.FromMilliseconds(500)), (call.Status, call.Body, call.Elapsed));
        Assert.Contains(" 504 UT upstream_response_timeout ", mesh.Proxy("reviews-v2").EndLog()[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_timeout_counts_an_injected_delay_too_late()
    {
        // Envoy's order: the fault filter comes before the router, whose timer starts when the request reaches it.
        using Mesh mesh = WithRule("{timeout: 500ms, fault: {delay: {fixedDelay: 2s}}, ROUTE}");

        CallResult call = mesh.Call("reviews-v2", Ratings);

        Assert.Equal((200, TimeSpan.FromSeconds(2)), (call.Status, call.Elapsed));
    }

    [Fact]
    public void The_caller_s_own_timeout_wins_over_injected_slowness_further_down()
    {
        string slow = Worlds.VirtualService("ratings", "[{fault: {delay: {fixedDelay: 2s}}, route: [{destination: {host: ratings}}]}]");
        string impatient = Worlds.VirtualService("details", "[{timeout: 1s, route: [{destination: {host: details}}]}]");
        using Mesh mesh = Mesh.Bookinfo(slow, impatient);
        mesh.Pod("details").App.Answer = _ => null;

        Assert.Equal(TimeSpan.FromSeconds(2), mesh.Call("reviews-v2", Ratings).Elapsed);
        Assert.Equal(TimeSpan.FromSeconds(1), mesh.Call("productpage", "GET http://details:9080/details/0").Elapsed);
    }

    [Fact]
    public void Retries_try_again_after_a_random_pause_and_stop_at_the_first_good_answer()
    {
        using Mesh mesh = WithRule("{retries: {attempts: 3, retryOn: 5xx}, ROUTE}");
        SimulatedPod ratings = mesh.Pod("ratings");
        int calls = 0;
        ratings.App.Answer = _ => ++calls < 3 ? ratings.Fail(500) : ratings.Ok();

        CallResult call = mesh.Call("reviews-v2", Ratings);

        // 25 ms base: the first pause is below 25 ms, the second below 75 ms.
        Assert.Equal((200, 3), (call.Status, call.Attempts));
        Assert.InRange(call.Elapsed, TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(100));
        Assert.Equal("3", call.SeenHeader("x-envoy-attempt-count"));
        Assert.Equal(
            2, mesh.Proxy("reviews-v2").Counter("cluster.outbound|9080||ratings.default.svc.cluster.local;.upstream_rq_retry"));
    }

    [Fact]
    public void A_back_off_of_one_second_is_waited()
    {
        using Mesh mesh = WithRule("{retries: {attempts: 2, retryOn: 5xx, backoff: 1s}, ROUTE}");
        SimulatedPod ratings = mesh.Pod("ratings");
        ratings.App.Answer = _ => ratings.Fail(503);

        CallResult call = mesh.Call("reviews-v2", Ratings);

        Assert.Equal((503, 3), (call.Status, call.Attempts));
        Assert.InRange(call.Elapsed, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(4));
        Assert.Contains(" 503 URX via_upstream ", mesh.Proxy("reviews-v2").EndLog()[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Each_try_has_its_own_timeout()
    {
        using Mesh mesh = WithRule("{retries: {attempts: 2, perTryTimeout: 1s, retryOn: gateway-error}, ROUTE}");
        mesh.Pod("ratings").App.Answer = _ => null;

        CallResult call = mesh.Call("reviews-v2", Ratings);

        Assert.Equal((504, 3), (call.Status, call.Attempts));
        Assert.InRange(call.Elapsed, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3.2));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public void Without_a_rule_an_application_s_own_failure_is_not_retried(int status)
    {
        using Mesh mesh = Mesh.Bookinfo();
        SimulatedPod ratings = mesh.Pod("ratings");
        ratings.App.Answer = _ => ratings.Fail(status);

        CallResult call = mesh.Call("reviews-v2", Ratings);

        Assert.Equal((status, 1), (call.Status, call.Attempts));
    }

    [Fact]
    public void Numbers_among_the_conditions_are_status_codes()
    {
        using Mesh mesh = WithRule("{retries: {attempts: 1, retryOn: 'connect-failure,418'}, ROUTE}");
        SimulatedPod ratings = mesh.Pod("ratings");
        ratings.App.Answer = _ => ratings.Fail(418);

        Assert.Equal(2, mesh.Call("reviews-v2", Ratings).Attempts);
    }

    [Fact]
    public void Retries_can_be_switched_off()
    {
        using Mesh mesh = WithRule("{retries: {attempts: 0}, ROUTE}");
        SimulatedPod ratings = mesh.Pod("ratings");
        ratings.App.Answer = _ => ratings.Fail(503);

        Assert.Equal((503, 1), (mesh.Call("reviews-v2", Ratings).Status, ratings.App.RequestCount));
    }

    [Fact]
    public void A_retry_meets_another_pod()
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.Service("echo", "http", 80, replicas: 2), Worlds.VirtualService(
            "echo", "[{retries: {attempts: 1, retryOn: 5xx}, route: [{destination: {host: echo}}]}]"));
        SimulatedPod[] pods = [.. mesh.Pods.Where(pod => pod.Workload == "echo")];
        pods[0].App.Answer = _ => pods[0].Fail(503);

        Assert.All(mesh.Calls(20, "productpage", "GET http://echo/"), call => Assert.Equal(200, call.Status));
        Assert.InRange(pods[0].App.RequestCount, 1, 20);
    }

    [Fact]
    public void A_refused_connection_is_retried_and_then_answered_503_UF()
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.Service("bare", "http", 80, injected: false));
        mesh.Pod("bare").App.Stop();

        CallResult call = mesh.Call("productpage", "GET http://bare/");

        Assert.Equal(503, call.Status);
        Assert.Contains(" 503 UF,URX ", mesh.Proxy("productpage").EndLog()[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_dead_application_behind_a_living_sidecar_is_a_503_of_both_sidecars()
    {
        using Mesh mesh = Mesh.Bookinfo();
        mesh.Pod("ratings").App.Stop();

        CallResult call = mesh.Call("reviews-v2", Ratings);

        Assert.Equal(503, call.Status);
        Assert.Matches(" 503 UF(,URX)? upstream_reset_before_response_started", mesh.Proxy("ratings").EndLog()[0]);
        Assert.Contains(" via_upstream ", mesh.Proxy("reviews-v2").EndLog()[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Half_of_the_calls_are_aborted_and_a_tenth_delayed()
    {
        using Mesh mesh = WithRule("""
            {fault: {abort: {httpStatus: 418, percentage: {value: 50}}, delay: {fixedDelay: 3s, percentage: {value: 10}}}, ROUTE}
            """);

        IReadOnlyList<CallResult> calls = mesh.Calls(1000, "reviews-v2", Ratings);

        Assert.InRange(calls.Count(call => call.Status == 418), 453, 547);
        Assert.InRange(calls.Count(call => call.Elapsed == TimeSpan.FromSeconds(3)), 72, 128);
    }

    [Fact]
    public void A_connection_limit_of_one_makes_the_overflow_503_UO()
    {
        string limit = """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: ratings}
            spec:
              host: ratings
              trafficPolicy:
                connectionPool: {tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 1}}
            """;
        using Mesh mesh = Mesh.Bookinfo(limit);
        mesh.Pod("ratings").App.Answer = _ => null;
        PendingCall first = mesh.Start("reviews-v2", Ratings);
        PendingCall second = mesh.Start("reviews-v2", Ratings);

        CallResult third = mesh.Call("reviews-v2", Ratings);

        Assert.False(first.Call.IsDone || second.Call.IsDone);
        Assert.Equal((503, "true"), (third.Status, third.Header("x-envoy-overloaded")));
        Assert.Contains(" 503 UO ", mesh.Proxy("reviews-v2").EndLog()[0], StringComparison.Ordinal);
    }

    private static Mesh WithRule(string rule) => Mesh.Bookinfo(Worlds.VirtualService(
        "ratings", $"[{rule.Replace("ROUTE", "route: [{destination: {host: ratings}}]", StringComparison.Ordinal)}]"));
}
