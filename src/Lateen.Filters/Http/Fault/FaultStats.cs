namespace Lateen.Filters.Http.Fault;

using Lateen.Proxy.Http;
using Lateen.Proxy.Stats;

/// <summary>Envoy's http.PREFIX.fault.* statistics.</summary>
internal sealed class FaultStats(FilterContext context)
{
    public Counter DelaysInjected { get; } = context.Stats.Counter(StatName.Http(context.StatPrefix, "fault.delays_injected"));

    public Counter AbortsInjected { get; } = context.Stats.Counter(StatName.Http(context.StatPrefix, "fault.aborts_injected"));

    public Counter FaultsOverflow { get; } = context.Stats.Counter(StatName.Http(context.StatPrefix, "fault.faults_overflow"));

    public Gauge ActiveFaults { get; } = context.Stats.Gauge(StatName.Http(context.StatPrefix, "fault.active_faults"));
}
