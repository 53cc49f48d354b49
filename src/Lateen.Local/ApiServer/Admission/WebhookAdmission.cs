namespace Lateen.Local.ApiServer.Admission;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Patching;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.Cluster;
using Lateen.Local.Store;

/// <summary>
/// Calls the admission webhooks that match an operation: mutating ones in order of name, validating ones together.
/// </summary>
internal sealed class WebhookAdmission(ObjectStore store, ResourceCatalog catalog, Action<string> log)
{
    private const string Group = "admissionregistration.k8s.io";

    private readonly WebhookMatcher matcher = new(store);
    private readonly WebhookCaller caller = new();

    public Func<string, string, int, CancellationToken, Task<Stream>>? Dialer
    {
        get => caller.Dialer;
        set => caller.Dialer = value;
    }

    public async Task MutateAsync(AdmissionRequest request)
    {
        List<Webhook> hooks = Find("mutatingwebhookconfigurations", request);
        var unchanged = new HashSet<string>();
        foreach (Webhook hook in hooks)
        {
            if (!await CallMutatingAsync(hook, request).ConfigureAwait(false))
            {
                unchanged.Add(hook.Key);
            }
        }

        // A second round for those that asked for it, when someone after them changed the object.
        int lastChange = hooks.FindLastIndex(hook => !unchanged.Contains(hook.Key));
        for (int i = 0; i < lastChange; i++)
        {
            if (hooks[i].Definition.Str("reinvocationPolicy") == "IfNeeded")
            {
                await CallMutatingAsync(hooks[i], request).ConfigureAwait(false);
            }
        }
    }

    public Task ValidateAsync(AdmissionRequest request)
    {
        List<Webhook> hooks = Find("validatingwebhookconfigurations", request);
        return hooks.Count == 0 ? Task.CompletedTask : Task.WhenAll(hooks.Select(hook => CallAsync(hook, request)));
    }

    private List<Webhook> Find(string plural, AdmissionRequest request)
    {
        // The configurations themselves are never sent to webhooks, or a broken one could not be removed.
        if (request.Resource.Type.Group == Group)
        {
            return [];
        }

        var found = new List<Webhook>();
        foreach (StoredObject configuration in store.List($"{Group}/{plural}", null).Items)
        {
            foreach (JsonObject hook in configuration.Value.Arr("webhooks").Objects())
            {
                if (matcher.Matches(hook, request))
                {
                    found.Add(new Webhook(configuration.Key.Name, hook));
                }
            }
        }

        return found;
    }

    /// <summary>Whether the object changed.</summary>
    private async Task<bool> CallMutatingAsync(Webhook hook, AdmissionRequest request)
    {
        JsonObject? response = await CallAsync(hook, request).ConfigureAwait(false);
        if (response?.Str("patch") is not { Length: > 0 } patch || request.Object is not { } before)
        {
            return false;
        }

        if (response.Str("patchType") != "JSONPatch")
        {
            throw Failure(hook, $"webhook returned response.patchType=\"{response.Str("patchType")}\", want \"JSONPatch\"");
        }

        JsonObject after;
        try
        {
            JsonNode? operations = JsonParser.Parse(Convert.FromBase64String(patch));
            after = JsonPatch.Apply(before.CloneObject(), operations as JsonArray ?? []);
        }
        catch (Exception bad) when (bad is FormatException or System.Text.Json.JsonException or ApiException)
        {
            throw Failure(hook, $"failed to apply the patch: {bad.Message}");
        }

        ResourceDefinition resource = catalog.Get(request.Resource.Type);
        new ObjectDecoder(resource).Decode(after, []);
        request.Object = after;
        return !JsonNode.DeepEquals(before, after);
    }

    /// <summary>The response, or null when the call failed and the webhook is to be ignored.</summary>
    private async Task<JsonObject?> CallAsync(Webhook hook, AdmissionRequest request)
    {
        string uid = Guid.NewGuid().ToString();
        JsonObject answer;
        try
        {
            answer = await caller.CallAsync(hook.Definition, WebhookReview.Request(uid, request), request.Context.Cancel)
                .ConfigureAwait(false);
        }
        catch (WebhookException failure)
        {
            log($"webhook {hook.Name}: {failure.Message}");
            return hook.Definition.Str("failurePolicy") == "Ignore" ? null : throw Failure(hook, failure.Message);
        }

        JsonObject response = answer.Obj("response") ?? throw Failure(hook, "webhook response was absent");
        if (response.Str("uid") != uid)
        {
            throw Failure(hook, $"expected response.uid=\"{uid}\", got \"{response.Str("uid")}\"");
        }

        foreach (string warning in response.Arr("warnings").Strings())
        {
            lock (request.Context.Warnings)
            {
                request.Context.Warn(warning);
            }
        }

        return response.Bool("allowed") ? response : throw Denied(hook, response);
    }

    private static ApiException Denied(Webhook hook, JsonObject response)
    {
        string message = response.Str("status", "message") ?? "";
        string reason = response.Str("status", "reason") ?? "";
        int code = (int)(response.Int("status", "code") ?? 403);
        string why = message.Length > 0 ? $"denied the request: {message}"
            : reason.Length > 0 ? $"denied the request: {reason}" : "denied the request without explanation";
        return new ApiException(code is >= 400 and < 600 ? code : 403, reason.Length > 0 ? reason : "Forbidden",
            $"admission webhook \"{hook.Name}\" {why}", response.Obj("status", "details"));
    }

    private static ApiException Failure(Webhook hook, string why)
    {
        return ApiErrors.Internal($"failed calling webhook \"{hook.Name}\": {why}");
    }

    private sealed record Webhook(string Configuration, JsonObject Definition)
    {
        public string Name => Definition.Str("name") ?? "";

        public string Key => $"{Configuration}/{Name}";
    }
}
