namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;

/// <summary>A Deployment with its ReplicaSets: the one of the present template, and the older ones in order of creation.</summary>
internal sealed class DeploymentSets(JsonObject deployment)
{
    public JsonObject Deployment => deployment;

    public JsonObject? New { get; set; }

    public List<JsonObject> Old { get; } = [];

    public int Wanted { get; } = (int)(deployment.Number("spec", "replicas") ?? 1);

    public bool IsRolling => deployment.Text("spec", "strategy", "type") != "Recreate";

    public int MaxSurge => IsRolling ? Share("maxSurge", roundUp: true) : 0;

    /// <summary>Never 0 together with maxSurge 0, or nothing could move.</summary>
    public int MaxUnavailable
    {
        get
        {
            if (!IsRolling)
            {
                return 0;
            }

            int unavailable = Share("maxUnavailable", roundUp: false);
            return Math.Min(unavailable == 0 && MaxSurge == 0 ? 1 : unavailable, Wanted);
        }
    }

    public IEnumerable<JsonObject> All => New is null ? Old : Old.Append(New);

    public static int SpecReplicas(JsonObject set) => (int)(set.Number("spec", "replicas") ?? 0);

    public static int StatusCount(JsonObject set, string field) => (int)(set.Number("status", field) ?? 0);

    public void Replace(JsonObject set)
    {
        if (New?.Uid() == set.Uid())
        {
            New = set;
            return;
        }

        int index = Old.FindIndex(o => o.Uid() == set.Uid());
        if (index >= 0)
        {
            Old[index] = set;
        }
    }

    private int Share(string field, bool roundUp)
    {
        JsonObject? rolling = deployment.Child("spec", "strategy", "rollingUpdate");
        if (rolling.Number(field) is { } number)
        {
            return (int)number;
        }

        string text = rolling.Text(field) ?? "25%";
        double percent = double.TryParse(text.TrimEnd('%'), out double value) ? value : 25;
        double share = percent * Wanted / 100;
        return (int)(roundUp ? Math.Ceiling(share) : Math.Floor(share));
    }
}
