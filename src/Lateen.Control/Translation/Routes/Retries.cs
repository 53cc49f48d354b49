namespace Lateen.Control.Translation.Routes;

using System.Globalization;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Retry.Host.PreviousHosts.V3;
using Envoy.Extensions.Retry.Priority.PreviousPriorities.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Resources.Networking;

/// <summary>When and how often a call is tried again.</summary>
internal static class Retries
{
    private const string DefaultConditions = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";
    private const int DefaultAttempts = 2;
    private const int HostSelectionAttempts = 5;

    // A priority is left after so many tries (Istio).
    private const int AttemptsPerPriority = 2;

    /// <summary>Retries of a route; null when there are none. Null as input stands for Istio's default.</summary>
    public static RetryPolicy? Translate(HttpRetry? retries, bool hasAffinity)
    {
        if (retries is null)
        {
            return Create(DefaultConditions, DefaultAttempts, !hasAffinity);
        }

        if (retries.Attempts <= 0)
        {
            return null;
        }

        (string conditions, List<uint> codes) = Parse(retries.RetryOn);
        RetryPolicy policy = Create(conditions, retries.Attempts, retries.RetryIgnorePreviousHosts ?? !hasAffinity);
        policy.RetriableStatusCodes.AddRange(codes);
        if (retries.PerTryTimeout is { } perTry)
        {
            policy.PerTryTimeout = Duration.FromTimeSpan(perTry);
        }

        if (retries.RetryRemoteLocalities is true)
        {
            policy.RetryPriority = new RetryPolicy.Types.RetryPriority
            {
                Name = "envoy.retry_priorities.previous_priorities",
                TypedConfig = Any.Pack(new PreviousPrioritiesConfig { UpdateFrequency = AttemptsPerPriority }),
            };
        }

        if (retries.Backoff is { } backoff)
        {
            policy.RetryBackOff = new RetryPolicy.Types.RetryBackOff { BaseInterval = Duration.FromTimeSpan(backoff) };
        }

        return policy;
    }

    private static RetryPolicy Create(string conditions, int attempts, bool avoidsPreviousHosts)
    {
        RetryPolicy policy = new()
        {
            RetryOn = conditions,
            NumRetries = (uint)attempts,
            HostSelectionRetryMaxAttempts = HostSelectionAttempts,
        };
        if (avoidsPreviousHosts)
        {
            // A second try should meet another host than the one that failed; with affinity it should not.
            policy.RetryHostPredicate.Add(new RetryPolicy.Types.RetryHostPredicate
            {
                Name = "envoy.retry_host_predicates.previous_hosts",
                TypedConfig = Any.Pack(new PreviousHostsPredicate()),
            });
        }

        return policy;
    }

    // Numbers among the conditions are status codes, which Envoy wants in a list of their own.
    private static (string Conditions, List<uint> Codes) Parse(string retryOn)
    {
        if (retryOn.Length == 0)
        {
            return (DefaultConditions, []);
        }

        List<string> conditions = [];
        List<uint> codes = [];
        foreach (string part in retryOn.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out uint code))
            {
                codes.Add(code);
            }
            else
            {
                conditions.Add(part);
            }
        }

        if (codes.Count > 0 && !conditions.Contains("retriable-status-codes"))
        {
            conditions.Add("retriable-status-codes");
        }

        return (string.Join(',', conditions), codes);
    }
}
