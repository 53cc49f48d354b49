namespace Lateen.Proxy.Stats;

/// <summary>A statistic's name in both worlds: Envoy's dotted name, and Prometheus' name with labels.</summary>
public sealed record StatName
{
    private StatName(string envoyName, string prometheusName, string labels, int scopeLength = 0)
    {
        ScopeLength = scopeLength;
        EnvoyName = envoyName;
        PrometheusName = prometheusName;
        Labels = labels;
    }

    public string EnvoyName { get; }

    public string PrometheusName { get; }

    /// <summary>Rendered labels without the braces: <c>cluster_name="a",response_code="200"</c>.</summary>
    public string Labels { get; }

    /// <summary>How much of Envoy's name says whose it is, such as <c>cluster.NAME</c>; 0 for the process.</summary>
    internal int ScopeLength { get; }

    /// <summary><c>cluster.NAME.stat</c>; the cluster's name becomes the label cluster_name.</summary>
    public static StatName Cluster(string clusterName, string stat) => Scoped("cluster", "cluster_name", clusterName, stat);

    /// <summary><c>listener.ADDRESS.stat</c>.</summary>
    public static StatName Listener(string address, string stat) => Scoped("listener", "listener_address", address, stat);

    /// <summary><c>http.PREFIX.stat</c> of an HTTP connection manager.</summary>
    public static StatName Http(string statPrefix, string stat) => Scoped("http", "http_conn_manager_prefix", statPrefix, stat);

    /// <summary><c>tcp.PREFIX.stat</c> of a TCP proxy.</summary>
    public static StatName Tcp(string statPrefix, string stat) => Scoped("tcp", "tcp_prefix", statPrefix, stat);

    /// <summary>A name without a scope of its own, or one of the four scopes written out.</summary>
    public static StatName Parse(string envoyName)
    {
        int first = envoyName.IndexOf('.', StringComparison.Ordinal);
        int last = envoyName.LastIndexOf('.');
        if (first > 0 && last > first)
        {
            string owner = envoyName[(first + 1)..last];
            string stat = envoyName[(last + 1)..];
            switch (envoyName[..first])
            {
                case "cluster": return Cluster(owner, stat);
                case "listener": return Listener(owner, stat);
                case "http": return Http(owner, stat);
                case "tcp": return Tcp(owner, stat);
            }
        }

        return new StatName(envoyName, "envoy_" + Sanitize(envoyName), "");
    }

    /// <summary>One of Istio's metrics: the Prometheus name as it is, the labels in the order given.</summary>
    public static StatName Istio(string metric, IReadOnlyList<KeyValuePair<string, string>> labels) =>
        Istio(metric, StatLabels.Of(labels));

    /// <summary>The same, for labels that several metrics share.</summary>
    public static StatName Istio(string metric, StatLabels labels) =>
        new($"istiocustom.{metric}{labels.Envoy}", metric, labels.Prometheus);

    private static StatName Scoped(string scope, string label, string owner, string stat)
    {
        var labels = new System.Text.StringBuilder();
        string promStat = ExtractResponseCode(stat, labels);
        // Istio ends a cluster's statistics name with a semicolon to find its end; the label has none.
        StatLabels.Append(labels, label, owner.TrimEnd(';'));
        return new StatName($"{scope}.{owner}.{stat}", $"envoy_{scope}_{Sanitize(promStat)}", labels.ToString(), scope.Length + 1 + owner.Length);
    }

    // Envoy takes the class (2xx) and the code (200) out of a name into labels: _rq_2xx is exposed as _rq_xx.
    private static string ExtractResponseCode(string stat, System.Text.StringBuilder labels)
    {
        int cut = stat.LastIndexOf("_rq_", StringComparison.Ordinal);
        if (cut < 0 || stat.Length - cut != 7 || stat[cut + 4] is < '1' or > '5')
        {
            return stat;
        }

        if (stat.EndsWith("xx", StringComparison.Ordinal))
        {
            StatLabels.Append(labels, "response_code_class", stat[cut + 4].ToString());
            return stat[..(cut + 4)] + "xx";
        }

        if (!char.IsAsciiDigit(stat[^1]) || !char.IsAsciiDigit(stat[^2]))
        {
            return stat;
        }

        StatLabels.Append(labels, "response_code", stat[^3..]);
        return stat[..(cut + 3)];
    }

    private static string Sanitize(string name)
    {
        char[] characters = name.ToCharArray();
        for (int i = 0; i < characters.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(characters[i]) && characters[i] != '_')
            {
                characters[i] = '_';
            }
        }

        return new string(characters);
    }
}
