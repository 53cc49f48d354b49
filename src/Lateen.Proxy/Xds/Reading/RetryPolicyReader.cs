namespace Lateen.Proxy.Xds.Reading;

using Envoy.Extensions.Retry.Host.PreviousHosts.V3;
using Envoy.Extensions.Retry.Priority.PreviousPriorities.V3;
using Lateen.Proxy.Config;
using Message = Envoy.Config.Route.V3.RetryPolicy;

/// <summary>Reads a retry policy.</summary>
internal static class RetryPolicyReader
{
    public static RetryPolicy? Read(Message? message, string path, ReadContext context)
    {
        if (message is null)
        {
            return null;
        }

        if (!RetryOnParser.TryParse(message.RetryOn, out RetryOn retryOn))
        {
            context.Warn($"{path}.retry_on", $"'{message.RetryOn}' holds a condition that is not known, it is ignored");
        }

        context.NoEffect(message.PerTryIdleTimeout is not null, $"{path}.per_try_idle_timeout");
        context.NoEffect(message.RateLimitedRetryBackOff is not null, $"{path}.rate_limited_retry_back_off");
        context.NoEffect(message.RetriableRequestHeaders.Count > 0, $"{path}.retriable_request_headers");
        TimeSpan baseInterval = context.Duration(
            message.RetryBackOff?.BaseInterval, TimeSpan.FromMilliseconds(25), $"{path}.retry_back_off.base_interval");
        TimeSpan maxInterval = context.Duration(
            message.RetryBackOff?.MaxInterval, TimeSpan.Zero, $"{path}.retry_back_off.max_interval");
        if (maxInterval > TimeSpan.Zero && maxInterval < baseInterval)
        {
            context.Error($"{path}.retry_back_off.max_interval", "must not be below base_interval");
        }

        return new RetryPolicy
        {
            RetryOn = retryOn,
            NumRetries = (int)Math.Min(message.NumRetries ?? 1, int.MaxValue),
            PerTryTimeout = context.Duration(message.PerTryTimeout, TimeSpan.Zero, $"{path}.per_try_timeout"),
            RetriableStatusCodes = [.. message.RetriableStatusCodes.Select(static code => (int)code)],
            RetriableHeaders = MatcherReader.ReadHeaders(message.RetriableHeaders, $"{path}.retriable_headers", context),
            BaseInterval = baseInterval,
            MaxInterval = maxInterval,
            PreviousPrioritiesFrequency = ReadPriority(message.RetryPriority, $"{path}.retry_priority", context),
            AvoidPreviousHosts = ReadPredicates(message, path, context),
            HostSelectionMaxAttempts = (int)Math.Clamp(message.HostSelectionRetryMaxAttempts, 1, 100),
        };
    }

    private static int ReadPriority(Message.Types.RetryPriority? message, string path, ReadContext context)
    {
        if (message is null
            || !context.TryUnpack(message.TypedConfig, path, PreviousPrioritiesConfig.Parser, out PreviousPrioritiesConfig config))
        {
            return 0;
        }

        if (config.UpdateFrequency <= 0)
        {
            context.Error($"{path}.update_frequency", "must be above 0");
        }

        return Math.Max(0, config.UpdateFrequency);
    }

    private static bool ReadPredicates(Message message, string path, ReadContext context)
    {
        bool avoidPrevious = false;
        for (int i = 0; i < message.RetryHostPredicate.Count; i++)
        {
            Message.Types.RetryHostPredicate predicate = message.RetryHostPredicate[i];

            // Istio names the predicate without a configuration.
            bool known = predicate.TypedConfig is null
                ? predicate.Name == "envoy.retry_host_predicates.previous_hosts"
                : context.TryUnpack(
                    predicate.TypedConfig, $"{path}.retry_host_predicate[{i}]", PreviousHostsPredicate.Parser, out PreviousHostsPredicate _);
            avoidPrevious |= known;
            if (!known && predicate.TypedConfig is null)
            {
                context.Error($"{path}.retry_host_predicate[{i}]", $"unknown predicate {predicate.Name}");
            }
        }

        return avoidPrevious;
    }
}
