namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Control.Registry;

/// <summary>
/// Services of type ExternalName that point at a service of the registry are other names of it (Istio's ENABLE_EXTERNAL_NAME_ALIAS);
/// those that point outside stay services of their own, looked up by the proxy.
/// </summary>
internal static class ServiceAliases
{
    // Longer chains are most likely a circle.
    private const int LongestChain = 10;

    /// <summary>Services by host, aliases leading to the service they stand for, which knows their names.</summary>
    public static Dictionary<string, MeshService> Resolve(Dictionary<string, MeshService> services)
    {
        Dictionary<string, string> targets = new(StringComparer.Ordinal);
        foreach (MeshService service in services.Values.Where(each => each.ExternalName.Length > 0))
        {
            if (TargetOf(service, services) is { } target)
            {
                targets[service.Host] = target;
            }
        }

        if (targets.Count == 0)
        {
            return services;
        }

        Dictionary<string, MeshService> resolved = new(services, StringComparer.Ordinal);
        foreach (IGrouping<string, string> group in targets.GroupBy(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal))
        {
            ValueList<ServiceAlias> aliases = group.Order(StringComparer.Ordinal)
                .Select(host => new ServiceAlias(host, services[host].Name, services[host].Namespace))
                .ToValueList();
            MeshService target = services[group.Key] with { Aliases = aliases };
            resolved[group.Key] = target;
            foreach (string host in group)
            {
                resolved[host] = target;
            }
        }

        return resolved;
    }

    private static string? TargetOf(MeshService service, Dictionary<string, MeshService> services)
    {
        MeshService current = service;
        for (int i = 0; i < LongestChain; i++)
        {
            if (!services.TryGetValue(current.ExternalName.TrimEnd('.').ToLowerInvariant(), out MeshService? next))
            {
                return i == 0 ? null : current.Host;
            }

            if (next.ExternalName.Length == 0)
            {
                return next.Host;
            }

            current = next;
        }

        return null;
    }
}
