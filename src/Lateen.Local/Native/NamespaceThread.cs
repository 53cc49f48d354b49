namespace Lateen.Local.Native;

/// <summary>
/// Runs work on a thread of its own that may change its namespaces and then ends, so that no other work ever runs on it. What such
/// work starts as a process inherits the thread's namespaces.
/// </summary>
internal static class NamespaceThread
{
    internal static Task<T> RunAsync<T>(Func<T> work)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        })
        { IsBackground = true, Name = "lateen-namespace" };
        thread.Start();
        return done.Task;
    }

    /// <summary>Gives the calling thread a mount namespace of its own from which nothing propagates back.</summary>
    internal static void OwnMounts()
    {
        // unshare(2): CLONE_FS parts this thread's root and working directory from the process's other threads, as setns demands.
        LinuxCalls.Check(LinuxCalls.Unshare(LinuxCalls.CloneFs | LinuxCalls.CloneNewNs), "unshare mounts");
        LinuxCalls.Check(LinuxCalls.Mount(null, "/", null, (nuint)(LinuxCalls.MountRecursive | LinuxCalls.MountPrivate), null),
            "make mounts private");
    }
}
