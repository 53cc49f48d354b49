namespace Lateen.Proxy.Http;

/// <summary>The open streams of one downstream connection; linked through themselves, so that none is allocated or searched for.</summary>
internal struct StreamList
{
    public ActiveStream? First { get; private set; }

    public int Count { get; private set; }

    public void Add(ActiveStream stream)
    {
        stream.Next = First;
        stream.Previous = null;
        if (First is not null)
        {
            First.Previous = stream;
        }

        First = stream;
        Count++;
    }

    public void Remove(ActiveStream stream)
    {
        if (stream.Previous is null)
        {
            First = stream.Next;
        }
        else
        {
            stream.Previous.Next = stream.Next;
        }

        if (stream.Next is not null)
        {
            stream.Next.Previous = stream.Previous;
        }

        stream.Next = stream.Previous = null;
        Count--;
    }
}
