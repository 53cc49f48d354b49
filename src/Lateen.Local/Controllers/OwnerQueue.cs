namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;

/// <summary>Turns changes of objects and of their dependents into keys of the owner.</summary>
internal static class OwnerQueue
{
    public static void AddSelf(this WorkQueue queue, Informer informer) =>
        informer.Subscribe(change => queue.Add(change.Object.Key()));

    /// <summary>Adds the controlling owner of every changed dependent; a free dependent wakes those who might adopt it.</summary>
    public static void AddOwners(this WorkQueue queue, Informer dependents, Informer owners)
    {
        dependents.Subscribe(change =>
        {
            AddOwner(queue, owners, change.Object);
            if (change.Previous is { } previous && !ReferenceEquals(previous, change.Object))
            {
                AddOwner(queue, owners, previous);
            }

            if (!change.Deleted && change.Object.ControllerReference() is null)
            {
                AddAdopters(queue, owners, change.Object);
            }
        });
    }

    private static void AddOwner(WorkQueue queue, Informer owners, JsonObject dependent)
    {
        if (dependent.ControllerReference() is { } reference && reference.Text("kind") == owners.Type.Kind)
        {
            queue.Add(new ObjectKey(dependent.Namespace(), reference.Text("name") ?? ""));
        }
    }

    private static void AddAdopters(WorkQueue queue, Informer owners, JsonObject dependent)
    {
        JsonObject? labels = dependent.Child("metadata", "labels");
        foreach (JsonObject owner in owners.List(dependent.Namespace()))
        {
            if (Selector.Matches(owner.Child("spec", "selector"), labels))
            {
                queue.Add(owner.Key());
            }
        }
    }
}
