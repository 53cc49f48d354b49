namespace Lateen.Control.Validation;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;

/// <summary>Istio's rules for the load balancer of a traffic policy.</summary>
internal static class LoadBalancerRules
{
    private const int AllShares = 100;

    public static void Check(LoadBalancerSettings? settings, string path, Findings findings)
    {
        if (settings is null)
        {
            return;
        }

        if (settings.Simple is SimpleLoadBalancer.LeastConnection)
        {
            findings.Warning(Codes.Deprecated, path + ".simple", "LEAST_CONN is deprecated", "use LEAST_REQUEST");
        }

        CheckHash(settings.ConsistentHash, path + ".consistentHash", findings);
        CheckWarmup(settings, path, findings);
        CheckLocality(settings.LocalityLbSetting, path + ".localityLbSetting", findings);
    }

    /// <summary>The same block stands in a DestinationRule and in MeshConfig.</summary>
    public static void CheckLocality(LocalityLbSetting? setting, string path, Findings findings)
    {
        if (setting is null)
        {
            return;
        }

        if (!setting.Distribute.IsEmpty && (!setting.Failover.IsEmpty || !setting.FailoverPriority.IsEmpty))
        {
            const string Message = "distribute excludes failover and failoverPriority";
            findings.Error(Codes.ExactlyOneAction, path, Message, "keep distribute or the others");
        }

        CheckDistribute(setting.Distribute, path + ".distribute", findings);
        for (int i = 0; i < setting.Failover.Count; i++)
        {
            CheckFailover(setting.Failover[i], FieldPath.Item(path + ".failover", i), findings);
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < setting.FailoverPriority.Count; i++)
        {
            string[] parts = setting.FailoverPriority[i].Split('=', 2);
            ValueMap<string, string> label = ValueMap.Create((parts[0], parts.Length > 1 ? parts[1] : ""));
            string item = FieldPath.Item(path + ".failoverPriority", i);
            CommonRules.Labels(label, item, findings);
            if (!seen.Add(parts[0]))
            {
                findings.Error(Codes.Duplicate, item, $"the label \"{parts[0]}\" is named twice", "remove one");
            }
        }
    }

    private static void CheckHash(ConsistentHash? hash, string path, Findings findings)
    {
        if (hash is null)
        {
            return;
        }

        if (hash is { HttpHeaderName: "", HttpCookie: null, UseSourceIp: false, HttpQueryParameterName: "" })
        {
            const string Message = "a consistent hash needs a key: httpHeaderName, httpCookie, useSourceIp or httpQueryParameterName";
            findings.Error(Codes.Required, path, Message, "add one of them");
        }

        if (hash.HttpHeaderName.Length > 0)
        {
            CommonRules.HeaderName(hash.HttpHeaderName, path + ".httpHeaderName", findings, authorityAllowed: true);
        }

        if (hash.HttpCookie is { } cookie)
        {
            CheckCookie(cookie, path + ".httpCookie", findings);
        }

        if (hash.MinimumRingSize is not null)
        {
            findings.Warning(
                Codes.Deprecated, path + ".minimumRingSize", "minimumRingSize is deprecated", "use ringHash.minimumRingSize");
        }

        if (hash.Maglev?.TableSize is > 0 and { } size && !IsPrime(size))
        {
            findings.Error(Codes.InvalidValue, path + ".maglev.tableSize", $"{size} is not a prime", "use for example 65537");
        }
    }

    private static void CheckCookie(HttpCookie cookie, string path, Findings findings)
    {
        if (cookie.Name.Length > 0)
        {
            CommonRules.HeaderName(cookie.Name, path + ".name", findings);
        }

        CheckCookieText(cookie.Path, path + ".path", findings);
        if (cookie.Ttl < TimeSpan.Zero)
        {
            findings.Error(Codes.InvalidDuration, path + ".ttl", "must not be negative", "use 0s for a cookie of the session");
        }

        for (int i = 0; i < cookie.Attributes.Count; i++)
        {
            string item = FieldPath.Item(path + ".attributes", i);
            CheckCookieText(cookie.Attributes[i].Name, item + ".name", findings);
            CheckCookieText(cookie.Attributes[i].Value, item + ".value", findings);
        }
    }

    // What ends an attribute or a header line would be another attribute or header.
    private static void CheckCookieText(string text, string path, Findings findings)
    {
        if (text.AsSpan().IndexOfAny("\r\n\0;") >= 0)
        {
            findings.Error(Codes.InvalidValue, path, "must not contain ; or line breaks", "remove them");
        }
    }

    private static void CheckWarmup(LoadBalancerSettings settings, string path, Findings findings)
    {
        if (settings is { Warmup: null, WarmupDurationSecs: null })
        {
            return;
        }

        CommonRules.Duration(settings.Warmup?.Duration, path + ".warmup.duration", findings);
        CommonRules.Duration(settings.WarmupDurationSecs, path + ".warmupDurationSecs", findings);
        string field = settings.Warmup is null ? ".warmupDurationSecs" : ".warmup";
        if (settings.Warmup is null)
        {
            findings.Warning(Codes.Deprecated, path + field, "warmupDurationSecs is deprecated", "use warmup.duration");
        }

        bool warms = settings is { ConsistentHash: null, Simple: not (SimpleLoadBalancer.Random or SimpleLoadBalancer.Passthrough) };
        if (!warms)
        {
            const string Message = "only ROUND_ROBIN and LEAST_REQUEST warm workloads up";
            findings.Warning(Codes.NoEffect, path + field, Message, "choose one of these, or remove it");
        }
    }

    private static void CheckDistribute(ValueList<LocalityDistribute> entries, string path, Findings findings)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < entries.Count; i++)
        {
            string item = FieldPath.Item(path, i);
            LocalityDistribute entry = entries[i];
            CheckLocalityName(entry.From, item + ".from", findings);
            if (!seen.Add(entry.From))
            {
                findings.Error(Codes.Duplicate, item + ".from", $"\"{entry.From}\" is given twice", "merge them");
            }

            foreach ((string to, int share) in entry.To)
            {
                CheckLocalityName(to, FieldPath.Field(item + ".to", to), findings);
                if (share is < 1 or > AllShares)
                {
                    findings.Error(Codes.Weights, FieldPath.Field(item + ".to", to), $"{share} is not from 1 to {AllShares}");
                }
            }

            int sum = entry.To.Values.Sum();
            if (sum != AllShares)
            {
                findings.Error(Codes.Weights, item + ".to", $"the shares add up to {sum}", $"make them add up to {AllShares}");
            }
        }
    }

    // Istio: region/zone/subzone, where a * ends the name.
    private static void CheckLocalityName(string name, string path, Findings findings)
    {
        string[] parts = name.Split('/');
        int star = Array.FindIndex(parts, part => part.Contains('*', StringComparison.Ordinal));
        bool valid = parts.Length <= 3 && parts.All(part => part.Length > 0)
            && (star < 0 || (parts[star] == "*" && star == parts.Length - 1));
        if (!valid)
        {
            findings.Error(Codes.InvalidValue, path, $"\"{name}\" is not a locality", "use region, region/zone or region/zone/*");
        }
    }

    private static void CheckFailover(LocalityFailover failover, string path, Findings findings)
    {
        foreach ((string name, string field) in new[] { (failover.From, ".from"), (failover.To, ".to") })
        {
            if (name.Length == 0)
            {
                findings.Error(Codes.Required, path + field, $"{field[1..]} is required", "name a region");
            }
            else if (name.Contains('*', StringComparison.Ordinal) || name.Contains('/', StringComparison.Ordinal))
            {
                findings.Error(Codes.InvalidValue, path + field, $"\"{name}\" is not a region", "name a region, without zone or *");
            }
        }

        if (failover.From.Length > 0 && failover.From == failover.To)
        {
            findings.Error(Codes.InvalidValue, path, $"{failover.From} cannot take over from itself", "name another region");
        }
    }

    private static bool IsPrime(long number)
    {
        for (long i = 2; i * i <= number; i++)
        {
            if (number % i == 0)
            {
                return false;
            }
        }

        return number > 1;
    }
}
