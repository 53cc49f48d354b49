namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>What is left of a request's right to be tried again.</summary>
internal sealed class RetryState
{
    private RetryPolicy? _policy;
    private RetryOn _on;
    private int _extraStatus;
    private int _remaining;
    private int _done;
    private bool _holdsBreaker;

    public enum Decision : byte
    {
        No,
        Yes,
        LimitExceeded,
        Overflow,
    }

    public bool IsArmed => _on is not RetryOn.None && _remaining > 0;

    public bool HasRetried => _done > 0;

    /// <summary>The attempt under way has a place in the retry breaker.</summary>
    public bool HoldsBreaker => _holdsBreaker;

    public RetryPolicy? Policy => _policy;

    public void Start(HeaderMap request, RetryPolicy? policy, bool trusted)
    {
        _policy = policy;
        _on = policy?.RetryOn ?? RetryOn.None;
        _remaining = policy?.NumRetries ?? 1;
        _done = 0;
        _extraStatus = 0;
        if (trusted)
        {
            TakeHeaders(request);
        }
    }

    public void Forget()
    {
        _policy = null;
        _on = RetryOn.None;
        _remaining = 0;
        _done = 0;
    }

    /// <summary>Decides on a response head.</summary>
    public Decision OnResponse(int status, HeaderMap response, CircuitBreakers breakers)
    {
        if (_on is RetryOn.None)
        {
            return Decision.No;
        }

        // Checked before everything else: only an explicit wish retries a rate-limited answer.
        if (response.Contains("x-envoy-ratelimited"u8))
        {
            return Has(RetryOn.EnvoyRateLimited) ? Take(breakers) : Decision.No;
        }

        return Wants(status, response) && !response.Contains("x-envoy-overloaded"u8) ? Take(breakers) : Decision.No;
    }

    /// <summary>Decides on an attempt that ended without a response head.</summary>
    public Decision OnReset(ResetText reset, bool headersSent, CircuitBreakers breakers)
    {
        // A request that found no room makes the jam worse when it comes again.
        if (_on is RetryOn.None || ReferenceEquals(reset, ResetText.Overflow))
        {
            return Decision.No;
        }

        bool connect = reset.IsConnectFailure;
        bool wants = (_on & (RetryOn.FiveXx | RetryOn.GatewayError | RetryOn.Reset)) != 0
            || (connect && Has(RetryOn.ConnectFailure))
            || (ReferenceEquals(reset, ResetText.RemoteRefused) && Has(RetryOn.RefusedStream))
            || (!headersSent && Has(RetryOn.ResetBeforeRequest));
        return wants ? Take(breakers) : Decision.No;
    }

    /// <summary>Full jitter under a ceiling that doubles, at most ten times the base.</summary>
    public long BackoffMicros(LoopRandom random)
    {
        long baseMicros = Math.Max(1000, ConnectionManager.Micros(_policy?.BaseInterval ?? TimeSpan.FromMilliseconds(25)));
        long max = ConnectionManager.Micros(_policy?.MaxInterval ?? TimeSpan.Zero);
        max = max > 0 ? max : baseMicros * 10;
        long ceiling = Math.Min(max, baseMicros << Math.Min(_done - 1, 20));
        return (long)(random.NextDouble() * ceiling);
    }

    /// <summary>Records why there is no other try; true when there is one.</summary>
    public static bool Follow(Decision decision, StreamInfo info, ClusterStats stats)
    {
        switch (decision)
        {
            case Decision.LimitExceeded:
                info.Flags |= ResponseFlags.UpstreamRetryLimitExceeded;
                stats.RetryLimitExceeded.Increment();
                return false;
            case Decision.Overflow:
                info.Flags |= ResponseFlags.UpstreamOverflow;
                stats.RetryOverflow.Increment();
                return false;
            default:
                return decision is Decision.Yes;
        }
    }

    /// <summary>The attempt that held a place in the retry breaker is over.</summary>
    public void ReleaseBreaker(CircuitBreakers breakers)
    {
        if (_holdsBreaker)
        {
            _holdsBreaker = false;
            breakers.RemoveRetry();
        }
    }

    // Not Enum.HasFlag, which boxes where the compiler does not optimise.
    private bool Has(RetryOn kind) => (_on & kind) != 0;

    private Decision Take(CircuitBreakers breakers)
    {
        if (_remaining <= 0)
        {
            return Decision.LimitExceeded;
        }

        ReleaseBreaker(breakers);
        if (!breakers.TryAddRetry())
        {
            return Decision.Overflow;
        }

        _remaining--;
        _done++;
        _holdsBreaker = true;
        return Decision.Yes;
    }

    private bool Wants(int status, HeaderMap response)
    {
        if ((status >= 500 && Has(RetryOn.FiveXx))
            || (status is >= 502 and <= 504 && Has(RetryOn.GatewayError))
            || (status == 409 && Has(RetryOn.Retriable4Xx)))
        {
            return true;
        }

        return (Has(RetryOn.RetriableStatusCodes) && IsRetriableStatus(status))
            || (Has(RetryOn.RetriableHeaders) && HasRetriableHeader(response))
            || WantsGrpc(response);
    }

    private bool IsRetriableStatus(int status) =>
        (_extraStatus != 0 && _extraStatus == status) || (_policy is not null && _policy.IsRetriable(status));

    private bool HasRetriableHeader(HeaderMap response)
    {
        for (int i = 0; _policy is not null && i < _policy.RetriableHeaders.Count; i++)
        {
            if (_policy.RetriableHeaders[i].Matches(response))
            {
                return true;
            }
        }

        return false;
    }

    // Only a status in the head counts (a trailers-only response): after the body it is too late.
    private bool WantsGrpc(HeaderMap response)
    {
        const RetryOn grpc = RetryOn.GrpcCancelled | RetryOn.GrpcDeadlineExceeded | RetryOn.GrpcInternal
            | RetryOn.GrpcResourceExhausted | RetryOn.GrpcUnavailable;
        if ((_on & grpc) == 0 || !response.TryGet("grpc-status"u8, out ReadOnlySpan<byte> status))
        {
            return false;
        }

        RetryOn kind = status switch
        {
            _ when status.SequenceEqual("1"u8) => RetryOn.GrpcCancelled,
            _ when status.SequenceEqual("4"u8) => RetryOn.GrpcDeadlineExceeded,
            _ when status.SequenceEqual("8"u8) => RetryOn.GrpcResourceExhausted,
            _ when status.SequenceEqual("13"u8) => RetryOn.GrpcInternal,
            _ when status.SequenceEqual("14"u8) => RetryOn.GrpcUnavailable,
            _ => RetryOn.None,
        };
        return (_on & kind) != 0;
    }

    private void TakeHeaders(HeaderMap request)
    {
        if (request.TryGet("x-envoy-retry-on"u8, out ReadOnlySpan<byte> on))
        {
            RetryOnParser.TryParse(on, out RetryOn wanted);
            _on |= wanted;
            request.Remove("x-envoy-retry-on"u8);
        }

        if (request.TryGet("x-envoy-retry-grpc-on"u8, out ReadOnlySpan<byte> grpcOn))
        {
            RetryOnParser.TryParse(grpcOn, out RetryOn wanted);
            _on |= wanted;
            request.Remove("x-envoy-retry-grpc-on"u8);
        }

        if (RequestTimeouts.TryTake(request, "x-envoy-max-retries"u8, out long most))
        {
            _remaining = (int)Math.Min(most, 100);
        }

        if (RequestTimeouts.TryTake(request, "x-envoy-retriable-status-codes"u8, out long status))
        {
            _extraStatus = (int)Math.Min(status, 999);
        }
    }
}
