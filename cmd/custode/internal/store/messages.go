package store

import (
	"context"
	"database/sql"
	"time"

	"custode/internal/alert"
)

// AddMessage queues a message.
func (s *Store) AddMessage(ctx context.Context, m alert.Queued) (id int64, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		incident := sql.NullInt64{Int64: m.Incident, Valid: m.Incident != 0}
		return tx.QueryRowContext(ctx, "INSERT INTO message (made_at, kind, incident, severity, subject, body, sent_at, day) VALUES (?,?,?,?,?,?,0,?) RETURNING id",
			nano(m.At), string(m.Kind), incident, m.Severity.String(), m.Subject, m.Body, m.Day).Scan(&id)
	})
	return id, err
}

const messageColumns = "SELECT id, made_at, kind, coalesce(incident, 0), severity, subject, body, sent_at, day FROM message "

func message(rows *sql.Rows) (m alert.Queued, err error) {
	var made, sent int64
	var kind, severity string
	if err := rows.Scan(&m.Number, &made, &kind, &m.Incident, &severity, &m.Subject, &m.Body, &sent, &m.Day); err != nil {
		return m, err
	}
	m.At, m.SentAt, m.Kind, m.Severity = unix(made), unix(sent), alert.Kind(kind), alert.SeverityOf(severity)
	return m, nil
}

// WaitingMessages gives those that were handed to no way yet, the oldest first.
func (s *Store) WaitingMessages(ctx context.Context) (list []alert.Queued, err error) {
	err = s.each(ctx, messageColumns+"WHERE sent_at = 0 ORDER BY made_at, id LIMIT 1000", nil, func(rows *sql.Rows) error {
		m, err := message(rows)
		list = append(list, m)
		return err
	})
	return list, err
}

// SentSince walks the messages that were handed over since a time.
func (s *Store) SentSince(ctx context.Context, since time.Time, fn func(alert.Queued) error) error {
	return s.each(ctx, messageColumns+"WHERE sent_at >= ? AND sent_at > 0 ORDER BY sent_at", []any{nano(since)}, func(rows *sql.Rows) error {
		m, err := message(rows)
		if err != nil {
			return err
		}
		return fn(m)
	})
}

// HandOver notes that messages are on their way from now on, each on each channel.
func (s *Store) HandOver(ctx context.Context, ids []int64, channels []string) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		now := nano(s.now())
		for _, id := range ids {
			if _, err := tx.ExecContext(ctx, "UPDATE message SET sent_at = ? WHERE id = ?", now, id); err != nil {
				return err
			}
			for _, c := range channels {
				if _, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO delivery (message, channel, due_at, tries, sent_at, error) VALUES (?,?,?,0,0,'')", id, c, now); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// DueDeliveries gives the attempts that are due, with their messages.
func (s *Store) DueDeliveries(ctx context.Context, now time.Time) (list []alert.Delivery, err error) {
	err = s.deliveries(ctx, "WHERE d.due_at > 0 AND d.due_at <= ? ORDER BY d.due_at LIMIT 200", []any{nano(now)}, &list)
	return list, err
}

// FailedDeliveries gives those that have not arrived though they were tried, since a time.
func (s *Store) FailedDeliveries(ctx context.Context, since time.Time) (list []alert.Delivery, err error) {
	err = s.deliveries(ctx, "WHERE d.sent_at = 0 AND d.tries > 0 AND m.made_at >= ? ORDER BY m.made_at", []any{nano(since)}, &list)
	return list, err
}

func (s *Store) deliveries(ctx context.Context, where string, args []any, list *[]alert.Delivery) error {
	return s.each(ctx, `SELECT d.message, d.channel, d.due_at, d.tries, d.sent_at, d.error, m.made_at, m.severity, m.subject, m.body
		FROM delivery d JOIN message m ON m.id = d.message `+where, args, func(rows *sql.Rows) error {
		var d alert.Delivery
		var due, sent, made int64
		var severity string
		if err := rows.Scan(&d.Number, &d.Channel, &due, &d.Tries, &sent, &d.Error, &made, &severity, &d.Message.Subject, &d.Message.Body); err != nil {
			return err
		}
		d.Due, d.Sent, d.Message.At, d.Message.Severity = unix(due), unix(sent), unix(made), alert.SeverityOf(severity)
		*list = append(*list, d)
		return nil
	})
}

// Delivered notes how an attempt ended: due is when it is tried again, zero when it
// arrived or was given up.
func (s *Store) Delivered(ctx context.Context, d alert.Delivery) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE delivery SET due_at = ?, tries = ?, sent_at = ?, error = ? WHERE message = ? AND channel = ?",
			nano(d.Due), d.Tries, nano(d.Sent), d.Error, d.Number, d.Channel)
		return err
	})
}

// TrimMessages lets messages go that were sent more than a year ago.
func (s *Store) TrimMessages(ctx context.Context) error {
	return s.write(ctx, func(tx *sql.Tx) error {
		old := nano(s.now().AddDate(-1, 0, 0))
		if _, err := tx.ExecContext(ctx, "DELETE FROM delivery WHERE message IN (SELECT id FROM message WHERE sent_at > 0 AND made_at < ?)", old); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM message WHERE sent_at > 0 AND made_at < ?", old)
		return err
	})
}
