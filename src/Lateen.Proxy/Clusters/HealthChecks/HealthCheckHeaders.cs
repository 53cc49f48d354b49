namespace Lateen.Proxy.Clusters.HealthChecks;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Proxy.Config;

/// <summary>The headers of a health check's request.</summary>
internal static class HealthCheckHeaders
{
    /// <summary>What the check says, else the endpoint's own, else its name, else the cluster's.</summary>
    public static string Authority(string configured, Host host)
    {
        if (configured.Length > 0)
        {
            return configured;
        }

        if (host.Config.HealthCheckHostname.Length > 0)
        {
            return host.Config.HealthCheckHostname;
        }

        return host.Config.Hostname.Length > 0 ? host.Config.Hostname : host.Cluster.Name;
    }

    public static void Apply(HeaderMutations mutations, HeaderMap request)
    {
        foreach (string name in mutations.Remove)
        {
            request.Remove(Encoding.UTF8.GetBytes(name));
        }

        foreach (HeaderMutation mutation in mutations.Add)
        {
            byte[] name = Encoding.UTF8.GetBytes(mutation.Name);
            byte[] value = Encoding.UTF8.GetBytes(mutation.Value);
            bool exists = request.Contains(name);
            switch (mutation.Action)
            {
                case HeaderAppendAction.AppendIfExistsOrAdd:
                case HeaderAppendAction.AddIfAbsent when !exists:
                    request.Add(name, value);
                    break;
                case HeaderAppendAction.OverwriteIfExistsOrAdd:
                case HeaderAppendAction.OverwriteIfExists when exists:
                    request.Set(name, value);
                    break;
            }
        }
    }
}
