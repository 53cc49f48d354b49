namespace Lateen.Local.Runtime.Containers;

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

/// <summary>A container refers to something that is not there; it waits in CreateContainerConfigError until it is.</summary>
internal sealed class ContainerConfigException(string message) : Exception(message);

/// <summary>Computes a container's variables in Kubernetes' order: Services, image, envFrom, env; later ones win.</summary>
internal sealed class ContainerEnvironment(RuntimeContext context, JsonObject pod, string podIp)
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    internal Dictionary<string, string> Compute(JsonObject container, IReadOnlyDictionary<string, string> image)
    {
        _values["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        _values["HOME"] = "/tmp";
        _values["HOSTNAME"] = pod.Text("spec", "hostname") ?? pod.Name();
        AddServices();
        foreach ((string name, string value) in image)
        {
            _values[name] = value;
        }

        foreach (JsonObject source in container.Items("envFrom"))
        {
            AddAll(source);
        }

        foreach (JsonObject variable in container.Items("env"))
        {
            if (variable.Text("name") is { Length: > 0 } name && ValueOf(variable, container) is { } value)
            {
                _values[name] = value;
            }
        }

        return _values;
    }

    /// <summary>Replaces $(NAME) by the variable's value; $$ stands for $, and an unknown name stays as it is.</summary>
    internal static string Expand(string text, IReadOnlyDictionary<string, string> values)
    {
        StringBuilder result = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            int end = text[i + 1] == '(' ? text.IndexOf(')', i) : -1;
            if (text[i + 1] == '$')
            {
                result.Append('$');
                i++;
            }
            else if (end > 0 && values.TryGetValue(text[(i + 2)..end], out string? value))
            {
                result.Append(value);
                i = end;
            }
            else
            {
                result.Append('$');
            }
        }

        return result.ToString();
    }

    private void AddServices()
    {
        bool links = pod.At("spec", "enableServiceLinks") is null || pod.Flag("spec", "enableServiceLinks");
        foreach (JsonObject service in links ? context.Services.All.Where(s => s.Namespace() == pod.Namespace()) : [])
        {
            string? address = service.Text("spec", "clusterIP");
            JsonObject? port = service.Items("spec", "ports").FirstOrDefault();
            if (string.IsNullOrEmpty(address) || address == "None" || port.Number("port") is not { } number)
            {
                continue;
            }

            string prefix = service.Name().ToUpperInvariant().Replace('-', '_');
            string protocol = (port.Text("protocol") ?? "TCP").ToLowerInvariant();
            string link = $"{prefix}_PORT_{number}_{protocol.ToUpperInvariant()}";
            _values[$"{prefix}_SERVICE_HOST"] = address;
            _values[$"{prefix}_SERVICE_PORT"] = number.ToString(CultureInfo.InvariantCulture);
            _values[$"{prefix}_PORT"] = _values[link] = $"{protocol}://{address}:{number}";
            _values[$"{link}_PROTO"] = protocol;
            _values[$"{link}_PORT"] = number.ToString(CultureInfo.InvariantCulture);
            _values[$"{link}_ADDR"] = address;
            foreach (JsonObject named in service.Items("spec", "ports").Where(static p => p.Text("name") is { Length: > 0 }))
            {
                string name = named.Text("name")?.ToUpperInvariant().Replace('-', '_') ?? "";
                _values[$"{prefix}_SERVICE_PORT_{name}"] = (named.Number("port") ?? 0).ToString(CultureInfo.InvariantCulture);
            }
        }

        _values["KUBERNETES_SERVICE_HOST"] = Network.ClusterAddresses.KubernetesService.ToString();
        _values["KUBERNETES_SERVICE_PORT"] = _values["KUBERNETES_SERVICE_PORT_HTTPS"] = "443";
    }

    private void AddAll(JsonObject source)
    {
        string prefix = source.Text("prefix") ?? "";
        bool secret = source.At("secretRef") is not null;
        JsonNode? reference = source.At(secret ? "secretRef" : "configMapRef");
        if (Find(secret, reference.Text("name") ?? "", reference.Flag("optional")) is not { } found)
        {
            return;
        }

        foreach ((string name, string value) in found.Pairs("data"))
        {
            _values[prefix + name] = secret ? Encoding.UTF8.GetString(Convert.FromBase64String(value)) : value;
        }
    }

    private string? ValueOf(JsonObject variable, JsonObject container)
    {
        JsonNode? from = variable.At("valueFrom");
        if (from is null)
        {
            return Expand(variable.Text("value") ?? "", _values);
        }

        if (from.Text("fieldRef", "fieldPath") is { } field)
        {
            return FieldValues.Field(pod, podIp, field);
        }

        if (from.At("resourceFieldRef") is { } resource)
        {
            JsonObject owner = resource.Text("containerName") is { } other
                ? pod.Items("spec", "containers").FirstOrDefault(c => c.Text("name") == other) ?? container : container;
            return FieldValues.Resource(owner, resource.Text("resource") ?? "", resource.At("divisor")?.ToString());
        }

        bool secret = from.At("secretKeyRef") is not null;
        JsonNode? reference = from.At(secret ? "secretKeyRef" : "configMapKeyRef");
        string key = reference.Text("key") ?? "";
        bool optional = reference.Flag("optional");
        string? value = Find(secret, reference.Text("name") ?? "", optional).Text("data", key);
        if (value is null && !optional)
        {
            throw new ContainerConfigException($"couldn't find key {key} in {(secret ? "Secret" : "ConfigMap")} "
                + $"{pod.Namespace()}/{reference.Text("name")}");
        }

        return value is not null && secret ? Encoding.UTF8.GetString(Convert.FromBase64String(value)) : value;
    }

    private JsonObject? Find(bool secret, string name, bool optional)
    {
        JsonObject? found = (secret ? context.Secrets : context.ConfigMaps).Get(pod.Namespace(), name);
        return found is null && !optional
            ? throw new ContainerConfigException($"{(secret ? "secret" : "configmap")} \"{name}\" not found") : found;
    }
}
