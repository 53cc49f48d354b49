namespace Lateen.Proxy.Tests.Http;

using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Lateen.Proxy.Stats;

/// <summary>How often, and after how long.</summary>
public sealed class RetryArithmeticTests
{
    // Uniform below a ceiling that doubles from 25 ms up to ten times that (Envoy's code; its documentation says 2^n - 1).
    [Theory]
    [InlineData(1, 25)]
    [InlineData(2, 50)]
    [InlineData(3, 100)]
    [InlineData(4, 200)]
    [InlineData(5, 250)]
    [InlineData(9, 250)]
    public void The_back_off_is_drawn_below_a_ceiling_that_doubles(int retry, int ceilingMs)
    {
        RetryState state = Start(new RetryPolicy { RetryOn = RetryOn.FiveXx, NumRetries = 20 }, out CircuitBreakers breakers);
        for (int i = 0; i < retry; i++)
        {
            Assert.Equal(RetryState.Decision.Yes, state.OnResponse(503, new HeaderMap(), breakers));
        }

        var random = new LoopRandom(7);
        long[] draws = [.. Enumerable.Range(0, 10_000).Select(_ => state.BackoffMicros(random))];

        Assert.InRange(draws.Max(), ceilingMs * 990, ceilingMs * 1000);
        Assert.InRange(draws.Average(), ceilingMs * 480, ceilingMs * 520);
        Assert.InRange(draws.Min(), 0, ceilingMs * 10);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void A_request_is_tried_as_often_as_the_policy_says_and_once_more(int retries)
    {
        RetryState state = Start(new RetryPolicy { RetryOn = RetryOn.FiveXx, NumRetries = retries }, out CircuitBreakers breakers);
        int done = 0;
        while (state.OnResponse(500, new HeaderMap(), breakers) is RetryState.Decision.Yes)
        {
            done++;
        }

        Assert.Equal(retries, done);
        Assert.Equal(RetryState.Decision.LimitExceeded, state.OnResponse(500, new HeaderMap(), breakers));
    }

    [Theory]
    [InlineData("x-envoy-overloaded", RetryOn.FiveXx, false)]
    [InlineData("x-envoy-ratelimited", RetryOn.FiveXx, false)]
    [InlineData("x-envoy-ratelimited", RetryOn.EnvoyRateLimited, true)]
    [InlineData("x-other", RetryOn.FiveXx, true)]
    public void An_answer_that_asks_for_rest_is_not_asked_again(string header, RetryOn on, bool retried)
    {
        RetryState state = Start(new RetryPolicy { RetryOn = on }, out CircuitBreakers breakers);
        var response = new HeaderMap();
        response.Add(System.Text.Encoding.ASCII.GetBytes(header), "true"u8);

        Assert.Equal(retried ? RetryState.Decision.Yes : RetryState.Decision.No, state.OnResponse(503, response, breakers));
    }

    [Fact]
    public void What_found_no_room_is_never_tried_again()
    {
        RetryState state = Start(new RetryPolicy { RetryOn = RetryOn.FiveXx | RetryOn.Reset, NumRetries = 5 }, out CircuitBreakers breakers);

        Assert.Equal(RetryState.Decision.No, state.OnReset(ResetText.Overflow, headersSent: false, breakers));
        Assert.Equal(RetryState.Decision.Yes, state.OnReset(ResetText.ConnectionFailure, headersSent: false, breakers));
    }

    private static RetryState Start(RetryPolicy policy, out CircuitBreakers breakers)
    {
        breakers = new CircuitBreakers(new CircuitBreakerThresholds { MaxRetries = 100 }, new StatsStore(), "c", "default");
        var state = new RetryState();
        state.Start(new HeaderMap(), policy, trusted: false);
        return state;
    }
}
