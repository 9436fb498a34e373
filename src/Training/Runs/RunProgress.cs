namespace EfficientNet.Training;

/// <summary>Where a run is, after an update.</summary>
/// <param name="Step">Updates that were made.</param>
/// <param name="Steps">Updates of the whole run.</param>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Loss">Mean loss of the epoch so far.</param>
/// <param name="Accuracy">Part of the epoch's images so far whose class had the largest logit, dropout and augmentation included.</param>
/// <param name="Rate">The update's learning rate.</param>
/// <param name="ImagesPerSecond">Speed since the last report.</param>
/// <param name="Finished">The epoch's result, where the update ended one.</param>
public sealed record RunProgress(long Step, long Steps, int Epoch, double Loss, double Accuracy, double Rate, double ImagesPerSecond, EpochResult? Finished);

/// <summary>An epoch that ended.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="TrainingLoss">Mean loss over its updates.</param>
/// <param name="TrainingAccuracy">Part of the images that were right while training.</param>
/// <param name="Evaluation">What the network makes of the images that it is not trained on; null without any.</param>
/// <param name="IsBest">Whether no epoch before was as good.</param>
public sealed record EpochResult(int Epoch, double TrainingLoss, double TrainingAccuracy, Evaluation? Evaluation, bool IsBest);

/// <summary>How a run ended.</summary>
/// <param name="Step">Updates that were made.</param>
/// <param name="IsFinished">Whether that is all of them; otherwise it was interrupted, and its last checkpoint is where to go on.</param>
/// <param name="Refused">Updates that were refused because a gradient was not finite.</param>
/// <param name="Best">Accuracy of the best epoch (mean average precision for many labels); null without validation.</param>
public sealed record RunResult(long Step, bool IsFinished, int Refused, double? Best);
