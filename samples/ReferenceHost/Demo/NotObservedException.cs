namespace Pulse.ReferenceHost.Demo;

/// <summary>A promise was looked at and not seen to hold; the message says what was seen instead.</summary>
internal sealed class NotObservedException(string message) : Exception(message)
{
    public static void Unless(bool observed, string whatWasSeen)
    {
        if (!observed)
        {
            throw new NotObservedException(whatWasSeen);
        }
    }
}
